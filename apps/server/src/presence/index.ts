/** The public exports of the presence feature. */
export { PresenceModule } from './presence.module';
export { PresenceService } from './presence.service';
