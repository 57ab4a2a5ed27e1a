import { ledgersContract } from '../contracts/ledgers.ts';
import { FakeLedgers } from './ledgers.ts';

const ledgers = new FakeLedgers();

ledgersContract('the fake', () => ledgers);
