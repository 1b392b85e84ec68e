/** The realtime library, in which the server's `RealtimeService` takes the place of the library's. */
import { Module } from '@nestjs/common';
import { RealtimeModule } from '@aeturnis/realtime';
import { RealtimeService } from './realtime.service';

@Module({ imports: [RealtimeModule.forPlatform({ service: RealtimeService })] })
export class GameRealtimeModule {}
