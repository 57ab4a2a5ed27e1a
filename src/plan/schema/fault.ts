/** Where in an object: members by name, items by index. */
export type Place = readonly (string | number)[];

/** One thing that a schema does not accept. */
export interface Fault {
  /** As the API server would refuse it. */
  readonly reason: 'unknown-field' | 'malformed' | 'invalid';
  readonly place: Place;
  /** Of a field that is missing, `place` is where it is missed, and this is its name; null: what is there is wrong. */
  readonly missing: string | null;
  /** In the API server's words, without the field. */
  readonly message: string;
}

export function fault(reason: Fault['reason'], place: Place, message: string): Fault {
  return { reason, place, missing: null, message };
}

export function missing(place: Place, name: string): Fault {
  return { reason: 'invalid', place, missing: name, message: 'Required value' };
}

export function memberPlace(place: Place, step: string | number): Place {
  return [...place, step];
}

/** As the API server names a field: `spec.ports[0].name`. */
export function fieldText({ place, missing: name }: Fault): string {
  return [...place, ...(name === null ? [] : [name])].reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
