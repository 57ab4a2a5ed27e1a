import { knownUnchangedContract } from '../contracts/known-unchanged.ts';
import { FakeKnownUnchanged } from './known-unchanged.ts';

knownUnchangedContract('the fake of what is known unchanged', () => new FakeKnownUnchanged());
