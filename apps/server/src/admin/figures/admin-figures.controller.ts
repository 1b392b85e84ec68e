/** Admin API for the figures of the nodes. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { rate } from '@aeturnis/contracts';
import { ApiErrors, RateLimit, Roles } from '../../http';
import { FIGURES_EXAMPLE } from './figures-example';
import { FiguresQueryDto } from './figures-query.dto';
import { type ClusterFigures, FiguresService } from './figures.service';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/figures')
export class AdminFiguresController {
  constructor(private readonly figures: FiguresService) {}

  @Get()
  // An answer has up to 100 KB for each node.
  @RateLimit('admin:figures', rate(12, 60))
  @ApiOperation({ summary: 'Shows the figures of each node for every second of the last minutes.' })
  @ApiOkResponse({ schema: { example: FIGURES_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  history(@Query() { minutes = 15 }: FiguresQueryDto): Promise<ClusterFigures> {
    return this.figures.history(minutes);
  }
}
