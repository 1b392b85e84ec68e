/** What domains inject to reach players. */
export { GameRealtimeModule } from './realtime.module';
export { RealtimeService } from './realtime.service';
