import { AUDITLOG_PATH } from "../../extract/streams/auditlog.ts";

export const ENVIRONMENT_HELP = `Environment, for one connection without a file:
  DOCKER_HUB_IDENTIFIER   username, or the organization's name for an organization access token
  DOCKER_HUB_SECRET       password, personal access token or organization access token
  DOCKER_HUB_SECRET_FILE  a file that holds it, instead
  DOCKER_HUB_ORG          the organization
  DOCKER_HUB_URL          default https://hub.docker.com
  DOCKER_ENTERPRISE_URL   of usage reports; default https://api.docker.com, and none where the hub is another one
  DOCKER_HUB_AUDIT_LOG_PATH  default ${AUDITLOG_PATH}; {account} may be left out
On company networks: HTTPS_PROXY, HTTP_PROXY, NO_PROXY (or in lower case); NODE_EXTRA_CA_CERTS, a file`;
