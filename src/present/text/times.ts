const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `20 November 2026, 14:02:11 UTC`; a time that cannot be read is shown as it is. */
export function dateAndTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${day(at)}, ${at.toISOString().slice(11, 19)} UTC`;
}

/** `14:02 UTC`, with its day where that is not the day of `at`. */
export function since(iso: string, at: string): string {
  const start = new Date(iso);
  if (Number.isNaN(start.getTime())) return iso;
  const time = `${start.toISOString().slice(11, 16)} UTC`;
  return start.toISOString().slice(0, 10) === at.slice(0, 10) ? time : `${time}, ${day(start)}`;
}

/** How long before `at`, in the largest unit that fits: `2 days ago`, `less than a minute ago`. */
export function ago(iso: string, at: string): string {
  const seconds = (Date.parse(at) - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return iso;
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  for (const [unit, length] of units) {
    const number = Math.floor(seconds / length);
    if (number >= 1) return `${number.toLocaleString('en-US')} ${unit}${number === 1 ? '' : 's'} ago`;
  }
  return 'less than a minute ago';
}

/** `0.4 s`, `8 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function day(at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}
