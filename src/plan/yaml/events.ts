import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { YamlBudget } from './budget.ts';

export interface ParsedYaml {
  /** The text the events' offsets point into: the same lines, some of them indented further. */
  readonly text: string;
  readonly events: readonly Event[];
}

/**
 * js-yaml's events of a text. YAML 1.2 asks for indentation inside brackets and quotes too; Kubernetes' reader does not,
 * and people close a bracket under the key that opened it:
 *
 *     args: [
 *       "--verbose"
 *     ]
 *
 * Blanks at the beginning of such a line mean nothing, so some are put there and the text is read again.
 */
export function parseYamlEvents(text: string, budget: YamlBudget): ParsedYaml {
  let indented = text;
  let readAgain = maxReadAgain;
  for (;;) {
    try {
      return { text: indented, events: parseEvents(indented, { maxDepth }) };
    } catch (error) {
      const line = error instanceof YAMLException ? lineToIndent(error) : null;
      readAgain -= indented.length;
      budget.readAgain -= indented.length;
      if (line === null || readAgain < 0 || budget.readAgain < 0) throw error;
      indented = `${indented.slice(0, line)}${indentation}${indented.slice(line)}`;
    }
  }
}

/** Deeper than any real object: the schemas of custom resources reach about 60. */
const maxDepth = 200;
const indentation = ' '.repeat(2 * maxDepth);
/**
 * Characters of one document: enough for thousands of such lines in one of usual size, and a quarter of a second at
 * most.
 */
const maxReadAgain = 5_000_000;

/** The offset of the line that lacks indentation inside brackets or quotes; null: something else is wrong. */
function lineToIndent(error: YAMLException): number | null {
  if (error.reason !== 'deficient indentation' || error.mark === undefined) return null;
  const { buffer, position } = error.mark;
  const start = buffer.lastIndexOf('\n', position - 1) + 1;
  // A marker ends the document whatever is open; a line that has been indented once is not helped by more.
  const line = buffer.slice(start, start + indentation.length);
  return /^(---|\.\.\.)(\s|$)/.test(line) || line === indentation ? null : start;
}
