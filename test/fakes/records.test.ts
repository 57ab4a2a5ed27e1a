import { recordsContract } from '../contracts/records.ts';
import { FakeRecords } from './records.ts';

recordsContract('the fake records', () =>
  Promise.resolve({ records: new FakeRecords(), close: () => Promise.resolve() }),
);
