import type { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';

/** Holds a shape to a type of the domain, both ways: the compiler refuses what either has and the other has not. */
export function exactly<T>() {
  return <S extends z.ZodType<T>>(
    shape: S & (Same<Whole<T>, Whole<z.output<S>>> extends true ? unknown : 'the shape lacks something'),
  ): S => shape;
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** A type whose optional members must be there, so that a shape cannot leave one out. What is any JSON stays as it is. */
type Whole<T> = [Json] extends [T]
  ? T
  : T extends KubernetesObject
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Whole<Item>[]
      : T extends object
        ? { readonly [K in keyof T]-?: Whole<T[K]> }
        : T;
