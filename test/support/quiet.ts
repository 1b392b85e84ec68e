/** Keeps Nest's default logger out of the progress of the tests; a server that a test starts brings its own. */
import { Logger } from '@nestjs/common';

Logger.overrideLogger(false);
