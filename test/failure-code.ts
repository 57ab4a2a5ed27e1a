import { Failure } from '../src/domain/failure.ts';

/** How a promise ended: `fulfilled`, the code of its `Failure`, or the text of another error. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
}
