import { forgeContract } from '../../contracts/forge.ts';
import { openLocalGitHub } from './local-github.ts';

forgeContract('the GitHub adapter', () => openLocalGitHub());
