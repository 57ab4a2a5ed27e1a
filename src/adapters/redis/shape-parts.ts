import { z } from 'zod';
import type { Json } from '../../domain/json.ts';

// What shapes of several records are made of.
export const text = z.string();
export const line = z.int().nullable();
export const list = <S extends z.ZodType>(item: S) => z.array(item).readonly();
export const texts = list(text);
export const count = z.int().nonnegative();
export const json = z.custom<Json>((value) => value !== undefined);
export const repository = z.object({ id: z.int(), owner: text, name: text, installation: z.int() });
export const origin = z.object({ file: text, line });
export const problem = z.object({ file: text.nullable(), line, path: text.nullable(), message: text });
export const identity = z.object({ group: text, kind: text, namespace: text.nullable(), name: text });
