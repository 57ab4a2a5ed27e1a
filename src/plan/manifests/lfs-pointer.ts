/** Whether a file is what Git LFS leaves in Git instead of its content: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function isLfsPointer(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, head.length)).toString('latin1') === head;
}

const head = 'version https://git-lfs.github.com/spec/';
