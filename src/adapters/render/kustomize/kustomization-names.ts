/** The files that make a folder a kustomization (kustomize: api/konfig/general.go). */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
