"""What is asked of Vendure's admin API. A test asks a real Vendure whether each is valid."""

ADDRESS = "{ fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }"
ORDERS = f"""
query Orders($options: OrderListOptions!) {{
  orders(options: $options) {{
    totalItems
    items {{
      id code state updatedAt orderPlacedAt currencyCode
      customer {{ emailAddress }}
      billingAddress {ADDRESS}
      shippingAddress {ADDRESS}
      lines {{
        id quantity unitPrice lineTax taxRate
        productVariant {{ id sku name }}
        discounts {{ description amount }}
      }}
      surcharges {{ description sku price }}
      shippingLines {{ discountedPrice shippingMethod {{ code name }} }}
      taxSummary {{ description taxRate taxBase taxTotal }}
    }}
  }}
}}
"""
LOGIN = """
mutation Login($user: String!, $password: String!) {
  login(username: $user, password: $password) { __typename ... on CurrentUser { id } ... on ErrorResult { errorCode message } }
}
"""
CHECK = "query Check { orders(options: {take: 1}) { totalItems } }"
NOTES = """
query Notes($id: ID!) {
  order(id: $id) { id history(options: {filter: {type: {eq: "ORDER_NOTE"}}, take: 100}) { items { data } } }
}
"""
NOTE = "mutation Note($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }"
SHIPPED = """
query Shipped($id: ID!) {
  order(id: $id) { id code state fulfillments { id state trackingCode lines { orderLineId quantity } } }
}
"""
FULFIL = """
mutation Fulfil($input: FulfillOrderInput!) {
  addFulfillmentToOrder(input: $input) { __typename ... on Fulfillment { id state } ... on ErrorResult { errorCode message } }
}
"""
MOVE = """
mutation Move($id: ID!, $state: String!) {
  transitionFulfillmentToState(id: $id, state: $state) {
    __typename ... on Fulfillment { id state } ... on ErrorResult { errorCode message }
  }
}
"""
VARIANTS = """
query Variants($options: ProductVariantListOptions!) {
  productVariants(options: $options) { items { id sku stockOnHand } }
}
"""
SET_STOCK = """
mutation SetStock($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }
"""
EVERY = {
    "orders": ORDERS, "login": LOGIN, "check": CHECK, "notes": NOTES, "note": NOTE, "shipped": SHIPPED, "fulfil": FULFIL,
    "move": MOVE, "variants": VARIANTS, "set stock": SET_STOCK,
}  # fmt: skip
