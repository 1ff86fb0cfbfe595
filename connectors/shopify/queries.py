"""What is asked of Shopify's GraphQL Admin API, version 2026-07. Each is valid by the official schema; a test holds that."""

VERSION = "2026-07"

MONEY = "{ shopMoney { amount } }"
LINES = f"""
  pageInfo {{ hasNextPage endCursor }}
  nodes {{
    id name sku quantity currentQuantity requiresShipping
    originalUnitPriceSet {MONEY}
    discountAllocations {{ allocatedAmountSet {MONEY} }}
    taxLines {{ title ratePercentage priceSet {MONEY} }}
    variant {{ id barcode }}
    lineItemGroup {{ id title }}
  }}
"""
ADDRESS = "{ firstName lastName company address1 address2 city provinceCode zip countryCodeV2 phone }"
HEAD = f"""
  id name createdAt updatedAt cancelledAt test currencyCode taxesIncluded note poNumber email
  billingAddress {ADDRESS}
  shippingAddress {ADDRESS}
  currentTotalTaxSet {MONEY}
"""
SHIPPING = f"title code currentDiscountedPriceSet {MONEY}"
ORDER = f"{HEAD} shippingLines(first: 10) {{ nodes {{ {SHIPPING} }} }} lineItems(first: 50) {{ {LINES} }}"

ORDERS = f"""
query Orders($first: Int!, $after: String, $query: String!) {{
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {ORDER} }}
  }}
}}
"""
MORE_LINES = f"""
query MoreLines($id: ID!, $after: String!) {{ order(id: $id) {{ lineItems(first: 100, after: $after) {{ {LINES} }} }} }}
"""
# A bulk operation takes no variables and no `first`; the lines come after their order, each with `__parentId`.
BULK_LINES = LINES.replace("pageInfo { hasNextPage endCursor }", "")
BULK_ORDERS = f"""
{{
  orders(query: "%s", sortKey: UPDATED_AT) {{
    edges {{ node {{
      {HEAD}
      shippingLines {{ edges {{ node {{ {SHIPPING} }} }} }}
      lineItems {{ edges {{ node {{ __typename {BULK_LINES.strip().removeprefix("nodes {").removesuffix("}")} }} }} }}
    }} }}
  }}
}}
"""
BULK = """
mutation Bulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id status } userErrors { field message } }
}
"""
BULK_STATE = """
query BulkState($id: ID!) { node(id: $id) { ... on BulkOperation { id status errorCode url } } }
"""
CHECK = "query Check { shop { id } orders(first: 1) { nodes { id } } }"

ANSWER = """
mutation Answer($metafields: [MetafieldsSetInput!]!, $id: ID!, $tags: [String!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { field message } }
  tagsAdd(id: $id, tags: $tags) { userErrors { field message } }
}
"""
ANSWERED = """
query Answered($id: ID!, $namespace: String!) {
  order(id: $id) { id tags metafields(first: 10, namespace: $namespace) { nodes { key value } } }
}
"""
SHIPPED = """
query Shipped($id: ID!) {
  order(id: $id) {
    id name cancelledAt
    fulfillments(first: 100) {
      id status trackingInfo(first: 20) { number }
      fulfillmentLineItems(first: 100) { nodes { quantity lineItem { id } } }
    }
    fulfillmentOrders(first: 50) {
      nodes { id status lineItems(first: 100) { nodes { id remainingQuantity lineItem { id } } } }
    }
  }
}
"""
FULFIL = """
mutation Fulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } }
}
"""
STOCK = """
query Stock($query: String!, $location: ID!, $first: Int!) {
  productVariants(first: $first, query: $query) {
    nodes {
      id sku
      inventoryItem { id inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } } }
    }
  }
}
"""
SET_STOCK = """
mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { code field message }
  }
}
"""
EVERY = {
    "orders": ORDERS, "more lines": MORE_LINES, "bulk orders": BULK_ORDERS, "bulk": BULK, "bulk state": BULK_STATE, "check": CHECK,
    "answer": ANSWER, "answered": ANSWERED, "shipped": SHIPPED, "fulfil": FULFIL, "stock": STOCK, "set stock": SET_STOCK,
}  # fmt: skip
