/** What makes a folder a Helm chart: https://helm.sh/docs/topics/charts/ */
export const chartFile = 'Chart.yaml';

/** Said of a chart, wherever it is met. */
export const chartRefusal = 'This is a Helm chart: helm is not supported yet.';
