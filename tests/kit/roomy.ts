/** Tests and tools come from one address and in a hurry: they are given far more than people are, never no limit. [X7] */
const most = '1000000/1m'

export const roomy = {
  BUDGET_SIGN_IN_NAME: most,
  BUDGET_SIGN_IN_ADDRESS: most,
  BUDGET_SIGN_UP_ADDRESS: most,
  BUDGET_PASSWORD_USER: most,
  BUDGET_CALL_USER: most,
  BUDGET_CALL_SOCKET: most,
  BUDGET_SEND_USER: most,
  BUDGET_CREATE_USER: most,
  BUDGET_CHANGE_USER: most,
  BUDGET_ORDER_USER: most,
  BUDGET_TYPING_USER: most,
  BUDGET_CONNECT_ADDRESS: most,
}
