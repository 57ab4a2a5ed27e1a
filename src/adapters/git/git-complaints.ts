/** The remote has no such branch or commit (git's and GitHub's words). */
export function isAbsent(stderr: string): boolean {
  return /couldn't find remote ref|not our ref|unadvertised object/.test(stderr);
}

/** The remote said no for good: trying again with the same question does not help. */
export function isRefused(stderr: string): boolean {
  return /returned error: (30\d|40[34])|[Rr]epository.* not found|transport '.*' not allowed/.test(stderr);
}

/** What git says of a repository that was damaged or left half-written. */
export function isBroken(stderr: string): boolean {
  // Not what the remote says of itself.
  const own = stderr.split('\n').filter((line) => /^(fatal|error):/.test(line));
  return own.some((line) => brokenWords.some((words) => words.test(line)));
}

const brokenWords = [
  /not a git repository/i,
  /\b(corrupt|corrupted|garbage)\b/,
  /object file .* is empty/,
  /(loose|packed) object .* (is|\(stored)/,
  /unable to (unpack|read|map|open|mmap|parse) (object|sha1|loose|tree|commit|index|pack|.*\.pack|.*\.idx|[0-9a-f]{40})/,
  /inflate:/,
  /pack(file)? .*(too (short|far|small)|does not match|cannot be accessed|is not|signature|mismatch|truncated)/,
  /index file .*(too small|mismatch|corrupt|wrong|bad)/,
  /bad (tree object|config|ref|object HEAD|signature)/,
  /did not (receive expected object|send all necessary objects)/,
  /missing (blob|tree|commit)|broken (link|ref)|missing necessary objects/,
  /Unable to create '.*\.lock': File exists/,
];

/** The end of what git said, short enough for a failure's message. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('; ').slice(-500);
}
