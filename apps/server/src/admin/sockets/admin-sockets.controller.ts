/** Admin API for connections. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, RateLimit, Roles } from '../../http';
import { LIST_POLICY } from '../cluster-pages/list-policy';
import { AdminSocketsService, type SocketsPage } from './admin-sockets.service';
import { SOCKETS_EXAMPLE } from './sockets-example';
import { SocketsQueryDto } from './sockets-query.dto';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/sockets')
export class AdminSocketsController {
  constructor(private readonly sockets: AdminSocketsService) {}

  @Get()
  @RateLimit('admin:list', LIST_POLICY)
  @ApiOperation({ summary: 'Lists the connections of all nodes, or of one.' })
  @ApiOkResponse({ schema: { example: SOCKETS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  list(@Query() page: SocketsQueryDto): Promise<SocketsPage> {
    return this.sockets.list(page);
  }
}
