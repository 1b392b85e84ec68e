/** The public exports of the social feature. */
export { BlockList, type BlockRelations, userRooms } from './blocks/block-list';
export { SocialModule } from './social.module';
