// Preloaded (`node --import`) into the child processes of a script, so that they exit with it even if it is killed.
import { endWithParent } from './launcher.mjs';

endWithParent();
