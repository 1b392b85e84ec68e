// Preloaded (`node --import`) into the processes of a script: none of them outlives it, even where it is killed.
import { endWithParent } from './launcher.mjs';

endWithParent();
