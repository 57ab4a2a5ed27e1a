import { Agent, request } from 'undici';

/** What an API server answered: JSON where it is JSON, else the text. */
export type ApiAnswer = { readonly status: number; readonly body: unknown };

/** Requests as the administrator. */
export type ApiClient = {
  /** A JSON body; rejects only when no answer came within 30 s. Answers of any status are answers. */
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<ApiAnswer>;
  /** Server-side apply, by force, as the field manager `sandbox`; rejects when it is refused. */
  apply(path: string, object: unknown): Promise<unknown>;
  close(): Promise<void>;
};

export function apiClient(server: string, authority: string, token: string): ApiClient {
  const dispatcher = new Agent({ connect: { ca: authority }, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const send = async (method: string, path: string, body: unknown, contentType: string): Promise<ApiAnswer> => {
    const answer = await request(`${server}${path}`, {
      dispatcher,
      method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': contentType },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, body: parsed(await answer.body.text()) };
  };
  return {
    request: (method, path, body) => {
      const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      return send(method, path, body, contentType);
    },
    apply: async (path, object) => {
      const target = `${path}?fieldManager=sandbox&force=true`;
      const { status, body } = await send('PATCH', target, object, 'application/apply-patch+yaml');
      if (status >= 300) throw new Error(`${path} was refused with ${status}: ${JSON.stringify(body)}`);
      return body;
    },
    close: () => dispatcher.destroy(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
