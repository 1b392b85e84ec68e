/** Presence, as the rest of the server knows it. */
export { PresenceModule } from './presence.module';
export { PresenceService } from './presence.service';
