/** Reads the zones before anything else is opened: invalid zone files end the boot with a list of their problems alone. */
import { type DynamicModule, Module } from '@nestjs/common';
import { Atlas } from './atlas';
import { ZoneMaps } from './zone-maps';
import { ZonesController } from './zones.controller';

@Module({})
export class ZonesModule {
  /** `folder`: the folder of the zone files; the server's own by default. @throws BrokenWorldError */
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
