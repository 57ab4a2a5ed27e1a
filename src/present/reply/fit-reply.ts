import { byteLength, fitLines, textLimit } from '../text/fit.ts';

/** The reply to the commands of one comment. Empty parts are left out; both empty: there is none. */
export interface Reply {
  /** What was decided, with the markers by which it is found again: it stands, whatever becomes of the job. */
  readonly decided: string;
  /** What came of it, told anew by each run. */
  readonly told: string;
}

/** However much was decided, there is room to tell how it ended. */
const toldLeast = 5_000;
/** What the markers between the parts take, and the line that says what is left out. */
const margin = 200;

/** As much of a reply as fits into one comment: decisions first, of each part its beginning, in whole lines. */
export function fitReply({ decided, told }: Reply): Reply {
  const shown = beginning(decided, textLimit - toldLeast - margin);
  return { decided: shown, told: beginning(told, textLimit - byteLength(shown) - margin) };
}

/** What is within `bytes` stays as it is: also a beginning that was cut before. */
function beginning(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  return fitLines(
    text.split('\n'),
    (line) => line,
    bytes - margin,
    (more) => `\nThe other ${more} lines do not fit into a comment.`,
  );
}
