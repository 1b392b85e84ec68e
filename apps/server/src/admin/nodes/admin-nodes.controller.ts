/** Admin API for nodes: list, drain and, except in production, kill. */
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, RateLimit, Roles } from '../../http';
import { AdminNodesService, type DrainStarted, type NodeList } from './admin-nodes.service';
import { ReasonDto } from '../reason.dto';
import { DRAIN_EXAMPLE, NODES_EXAMPLE } from './node-examples';
import { NodeIdParam } from './node-id-param.decorator';

const ACTIONS = rate(30, 60);

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/nodes')
export class AdminNodesController {
  constructor(private readonly nodes: AdminNodesService) {}

  @Get()
  @ApiOperation({ summary: 'Lists the nodes, with the progress of those that are drained.' })
  @ApiOkResponse({ schema: { example: NODES_EXAMPLE } })
  @ApiErrors('FORBIDDEN')
  list(): Promise<NodeList> {
    return this.nodes.list();
  }

  @Post(':id/drain')
  @RateLimit('admin:node', ACTIONS)
  @HttpCode(202)
  @ApiOperation({ summary: 'Moves the clients of a node to others and ends its process, as SIGTERM does.' })
  @ApiAcceptedResponse({ schema: { example: DRAIN_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'UNAVAILABLE')
  drain(
    @CurrentUser() actor: Principal,
    @NodeIdParam('id') id: string,
    @Body() { reason }: ReasonDto,
  ): Promise<DrainStarted> {
    return this.nodes.drain(actor, id, reason);
  }

  @Post(':id/kill')
  @RateLimit('admin:node', ACTIONS)
  @HttpCode(204)
  @ApiOperation({
    summary: 'Kills the process of a node, to show what clients notice. In production, there is no node to kill.',
  })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'UNAVAILABLE')
  kill(@CurrentUser() actor: Principal, @NodeIdParam('id') id: string, @Body() { reason }: ReasonDto): Promise<void> {
    return this.nodes.kill(actor, id, reason);
  }
}
