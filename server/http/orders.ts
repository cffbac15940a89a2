/** What an admin may have nodes do: `POST /api/cluster/nodes/:name/:order`, and `POST /api/cluster/rebalance` for all of them. [O2] */
import { Router } from 'express'
import type { OrderVerb } from '#protocol/panel.ts'
import { paths } from '#protocol/schemas.ts'
import type { Budget } from '../cache/budget.ts'
import { Refusal } from '../kit/refusal.ts'
import { accepted, parse } from './answer.ts'
import type { Caller, SignedIn } from './caller.ts'

export type OrderNeeds = {
  signedIn: SignedIn
  budget: Pick<Budget, 'spend'>
  orders: {
    give(order: { node: string; verb: OrderVerb; by: string }): Promise<void>
    rebalance(by: string): Promise<string[]>
  }
}

export function openOrderRoutes({ signedIn, budget, orders }: OrderNeeds): Router {
  const router = Router()

  async function spend({ userId, admin }: Caller): Promise<void> {
    if (!admin) throw new Refusal('forbidden', { detail: 'only an admin may' })
    await budget.spend('orderUser', userId)
  }

  router.post(
    '/cluster/nodes/:name/:order',
    signedIn(async (caller, request) => {
      const { name, order: verb } = parse(paths.order, request.params)
      await spend(caller)
      await orders.give({ node: name, verb, by: caller.userId })
      return accepted({ node: name, order: verb })
    }),
  )

  router.post(
    '/cluster/rebalance',
    signedIn(async (caller) => {
      await spend(caller)
      return accepted({ nodes: await orders.rebalance(caller.userId) })
    }),
  )

  return router
}
