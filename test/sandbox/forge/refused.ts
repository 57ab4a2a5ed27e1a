import { RequestError } from '@octokit/request-error';

export interface Refused {
  readonly status: number;
  readonly message: string;
  readonly errors: readonly { readonly message?: string; readonly code?: string; readonly field?: string }[];
}

/** What a request was refused with; throws when it was not. */
export async function refused(request: Promise<unknown>): Promise<Refused> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const data: unknown = error.response?.data;
    const body = typeof data === 'object' && data !== null ? (data as Partial<Refused>) : {};
    return { status: error.status, message: body.message ?? '', errors: body.errors ?? [] };
  }
  throw new Error('the request was not refused');
}
