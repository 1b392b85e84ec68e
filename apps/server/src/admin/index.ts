/** Public API of administration, imported by the root module only. */
export { AdminModule } from './admin.module';
