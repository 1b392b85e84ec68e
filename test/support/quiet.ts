/** Silences Nest's default logger in the test output; servers that tests start have their own logger. */
import { Logger } from '@nestjs/common';

Logger.overrideLogger(false);
