/** What makes a folder a Helm chart: https://helm.sh/docs/topics/charts/ */
export const chartFile = 'Chart.yaml';
