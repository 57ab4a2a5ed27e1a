/** Whether an API group is one of Kubernetes' own: `apps`, `networking.k8s.io`. */
export function isBuiltInGroup(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}
