import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findFreePort } from '../find-free-port.ts';
import { type GuardedProcess, startGuardedProcess } from '../guarded-process.ts';
import { auditLogFile, auditPolicy, auditPolicyFile } from './audit.ts';
import { type CertificateAuthority, certificateAuthority } from './certificates.ts';
import { kubeconfig } from './kubeconfig.ts';
import type { Tools } from './provide-tools.ts';
import type { ControlPlaneTool } from './tool-modules.ts';

/** What the components of one control plane share: ports, keys and files, made once and kept over restarts. */
export type ControlPlane = {
  readonly folder: string;
  readonly tools: Tools;
  readonly authority: CertificateAuthority;
  readonly adminToken: string;
  readonly adminKubeconfig: string;
  readonly etcdPort: number;
  readonly peerPort: number;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** Whether the API server writes down who asked what. */
  readonly audit: boolean;
};

/** Writes what the components read. */
export async function layOutControlPlane(folder: string, tools: Tools, audit: boolean): Promise<ControlPlane> {
  const [etcdPort, peerPort, port] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const server = `https://127.0.0.1:${port}`;
  const authority = certificateAuthority('fairlead-sandbox');
  const adminToken = randomBytes(24).toString('base64url');
  const adminKubeconfig = path.join(folder, 'admin.kubeconfig');
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  mkdirSync(path.join(folder, 'logs'));
  write('ca.crt', authority.certificate);
  const serving = authority.server(['127.0.0.1', '10.96.0.1'], ['localhost', 'kubernetes.default.svc']);
  write('server.crt', serving.certificate);
  write('server.key', serving.key);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  write('service-accounts.key', privateKey.export({ type: 'sec1', format: 'pem' }).toString());
  write('tokens.csv', `${adminToken},admin,admin,"system:masters"\n`);
  write('admin.kubeconfig', kubeconfig({ server, authority: authority.certificate, user: { token: adminToken } }));
  if (audit) {
    writeFileSync(auditPolicyFile(folder), JSON.stringify(auditPolicy));
    writeFileSync(auditLogFile(folder), '');
  }
  return { folder, tools, authority, adminToken, adminKubeconfig, etcdPort, peerPort, server, audit };
}

export async function startComponent(plane: ControlPlane, component: ControlPlaneTool): Promise<GuardedProcess> {
  return await startGuardedProcess({
    command: plane.tools[component],
    args: componentArguments[component](plane),
    // Nothing of the developer's own configuration, proxies and kubeconfig included.
    env: { PATH: process.env['PATH'], HOME: plane.folder },
    cwd: plane.folder,
    log: logOf(plane, component),
  });
}

/** The end of a component's log, for the error that says why it did not start. */
export function logTail(plane: ControlPlane, component: ControlPlaneTool): string {
  const lines = readFileSync(logOf(plane, component), 'utf8').trimEnd().split('\n');
  return `--- ${component}\n${lines.slice(-15).join('\n')}`;
}

function logOf(plane: ControlPlane, component: ControlPlaneTool): string {
  return path.join(plane.folder, 'logs', `${component}.log`);
}

/** Command lines. All listen on loopback only, and keep what they write in the folder. */
const componentArguments: Readonly<Record<ControlPlaneTool, (plane: ControlPlane) => readonly string[]>> = {
  etcd: ({ folder, etcdPort, peerPort }) => [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
    `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
    '--unsafe-no-fsync', // nobody needs the data after a power failure
    '--log-level=warn',
  ],
  'kube-apiserver': ({ folder, etcdPort, server, audit }) => [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${new URL(server).port}`,
    `--tls-cert-file=${folder}/server.crt`,
    `--tls-private-key-file=${folder}/server.key`,
    `--client-ca-file=${folder}/ca.crt`,
    `--token-auth-file=${folder}/tokens.csv`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${folder}/service-accounts.key`,
    `--service-account-signing-key-file=${folder}/service-accounts.key`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none', // a loopback address is no endpoint
    '--allow-privileged=true',
    '--profiling=false',
    ...(audit ? [`--audit-policy-file=${auditPolicyFile(folder)}`, `--audit-log-path=${auditLogFile(folder)}`] : []),
  ],
  // Throttled as by default, controllers would need longer for a few hundred objects than a test may.
  'kube-controller-manager': ({ folder, adminKubeconfig }) => [
    `--kubeconfig=${adminKubeconfig}`,
    `--authentication-kubeconfig=${adminKubeconfig}`,
    `--authorization-kubeconfig=${adminKubeconfig}`,
    `--service-account-private-key-file=${folder}/service-accounts.key`,
    `--root-ca-file=${folder}/ca.crt`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--concurrent-namespace-syncs=10',
    '--profiling=false',
  ],
  'kube-scheduler': ({ adminKubeconfig }) => [
    `--kubeconfig=${adminKubeconfig}`,
    `--authentication-kubeconfig=${adminKubeconfig}`,
    `--authorization-kubeconfig=${adminKubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--profiling=false',
  ],
  kwok: ({ adminKubeconfig }) => [
    `--kubeconfig=${adminKubeconfig}`,
    `--config=${path.join(import.meta.dirname, 'stages.yaml')}`,
    '--manage-all-nodes=true',
    '--node-lease-duration-seconds=40',
    '--cidr=10.200.0.0/16',
  ],
};
