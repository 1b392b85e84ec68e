/** Relations between players, as the rest of the server knows them. */
export { BlockList, type BlockRelations, userRooms } from './blocks/block-list';
export { SocialModule } from './social.module';
