/** Request body of a change of roles. */
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { GRANTED_ROLES, type GrantedRole } from '../../accounts';
import { ReasonDto } from '../reason.dto';

export class UserRolesDto extends ReasonDto {
  /** All roles that the user has afterwards, `player` among them.
   * @example ["player", "moderator"] */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(GRANTED_ROLES.length)
  @ArrayUnique()
  @IsIn(GRANTED_ROLES, { each: true })
  roles: GrantedRole[];
}
