/** The zones, read before anything is opened: a broken world ends the boot with what is wrong with it, and nothing else. */
import { type DynamicModule, Module } from '@nestjs/common';
import { Atlas } from './atlas';
import { ZoneMaps } from './zone-maps';
import { ZonesController } from './zones.controller';

@Module({})
export class ZonesModule {
  /** `folder`: of other files than those of the server. @throws BrokenWorldError */
  static forRoot(folder?: string): DynamicModule {
    const atlas = { provide: Atlas, useValue: Atlas.read(folder) };
    return {
      module: ZonesModule,
      global: true,
      controllers: [ZonesController],
      providers: [atlas, ZoneMaps],
      exports: [Atlas],
    };
  }
}
