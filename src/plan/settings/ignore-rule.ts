import type { IgnoreRule } from '../../domain/environment.ts';
import { ownManager } from '../../domain/manifest.ts';
import { isHideable } from '../fields/others/ignored-fields.ts';
import { parsePointer } from '../fields/pointer.ts';
import type { YamlPlace } from '../yaml/place.ts';
import { readKind } from './kind-name.ts';

/** A rule of `ignore`. What can never match is refused: its author would take fields for hidden that are not. */
export function readIgnore(at: YamlPlace): IgnoreRule {
  const member = at.members(['kind', 'name', 'path', 'manager']);
  const [kind, name, path, manager] = [member('kind'), member('name'), member('path'), member('manager')];
  if (path.isAbsent && manager.isAbsent) at.complain('A rule names a `path`, a `manager`, or both.');
  return {
    kind: kind.isAbsent ? null : readKind(kind),
    name: name.isAbsent ? null : readObjectName(name),
    path: path.isAbsent ? null : readPointer(path),
    manager: manager.isAbsent ? null : readManager(manager),
    line: at.line,
  };
}

function readObjectName(at: YamlPlace): string {
  const name = at.text('The name of an object');
  // Of no kind is more allowed: a name is a segment of a path (k8s.io/apimachinery, IsValidPathSegmentName).
  if (name !== null && !/^(?!\.{1,2}$)[^\s*/%]{1,253}$/.test(name)) {
    at.complain(
      'The name of one object is expected here, and no pattern: without `name` it is every object of the kind.',
    );
  }
  return name ?? '';
}

function readManager(at: YamlPlace): string {
  const manager = at.text('The name of a field manager, such as kube-controller-manager');
  if (manager === ownManager) {
    at.complain('What Fairlead itself sets is what Git says: name the manager of somebody else.');
    // apimachinery, ValidateFieldManager: printable, at most 128.
  } else if (manager !== null && !/^[^\p{C}*]{1,128}$/u.test(manager)) {
    at.complain('The name of one field manager is expected here, and no pattern.');
  }
  return manager ?? '';
}

function readPointer(at: YamlPlace): string {
  const path = at.text('A JSON pointer, such as /spec/replicas') ?? '';
  if (path === '') return path;
  // RFC 6901.
  if (!/^(\/([^~/]|~[01])*)+$/.test(path)) {
    at.complain('A JSON pointer is expected here: `/spec/replicas`, with `~1` for a slash in a name.');
  } else if (parsePointer(path) === null) {
    at.complain(
      'An item of a list is a step of its own, by a member that names it or by its place from 0: `/spec/template/spec/containers/[name=web]/image`, `/spec/template/spec/containers/0/image`; `*` alone is every member or item.',
    );
  } else if (!isHideable(path)) {
    at.complain(
      'Nothing there can be ignored. A rule names a field, or below `metadata` one label or annotation; `status` is never compared.',
    );
  }
  return path;
}
