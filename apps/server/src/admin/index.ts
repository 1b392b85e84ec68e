/** Administration, as the server's composition knows it; no domain imports it. */
export { AdminModule } from './admin.module';
