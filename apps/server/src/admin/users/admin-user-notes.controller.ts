/** Admin API for notes about users: write and list. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, RateLimit, Roles } from '../../http';
import { NOTE_EXAMPLE, NOTES_EXAMPLE } from './user-examples';
import { UserNoteDto, UserNotePageDto } from './user-notes.dto';
import type { UserNote } from './user-notes.repository';
import { type UserNotesPage, UserNotesService } from './user-notes.service';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/users')
export class AdminUserNotesController {
  constructor(private readonly notes: UserNotesService) {}

  @Post(':id/notes')
  @RateLimit('admin:note', rate(60, 60))
  @ApiOperation({ summary: 'Writes a note about a user, which administrators alone see.' })
  @ApiCreatedResponse({ schema: { example: NOTE_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  add(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() { text }: UserNoteDto): Promise<UserNote> {
    return this.notes.add(actor, id, text);
  }

  @Get(':id/notes')
  @ApiOperation({ summary: 'Lists the notes about a user, newest first.' })
  @ApiOkResponse({ schema: { example: NOTES_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  list(@IdParam('id') id: string, @Query() page: UserNotePageDto): Promise<UserNotesPage> {
    return this.notes.list(id, page);
  }
}
