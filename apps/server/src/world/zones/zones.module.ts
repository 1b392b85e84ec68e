/** The zones, read before anything is opened: a broken world ends the boot with what is wrong with it, and nothing else. */
import { type DynamicModule, Module } from '@nestjs/common';
import { Atlas } from './atlas';

@Module({})
export class ZonesModule {
  /** `folder`: of other files than those of the server. @throws BrokenWorldError */
  static forRoot(folder?: string): DynamicModule {
    const atlas = { provide: Atlas, useValue: Atlas.read(folder) };
    return { module: ZonesModule, global: true, providers: [atlas], exports: [Atlas] };
  }
}
