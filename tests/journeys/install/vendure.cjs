// A small Vendure shop for tests: in memory, one product, a payment that always works, and its events posted to a hub.
// PORT says where; HOOK_URL and HOOK_SECRET, where events go and how they are signed.
const crypto = require("crypto");
const { bootstrap, defaultConfig, DefaultLogger, LogLevel, dummyPaymentHandler, OrderStateTransitionEvent, EventBus, PluginCommonModule,
        VendurePlugin } = require("@vendure/core");
const { populate } = require("@vendure/core/cli");

class HubEvents {
  constructor(bus) { this.bus = bus; }
  onApplicationBootstrap() {
    if (!process.env.HOOK_URL) return;
    this.bus.ofType(OrderStateTransitionEvent).subscribe((event) => {
      const body = JSON.stringify({ order: event.order.id, code: event.order.code, state: event.toState });
      const moment = String(Math.floor(Date.now() / 1000));
      const signature = crypto.createHmac("sha256", process.env.HOOK_SECRET).update(`${moment}.${body}`).digest("hex");
      const headers = { "Content-Type": "application/json", "X-Crossdock-Timestamp": moment, "X-Crossdock-Signature": signature };
      fetch(process.env.HOOK_URL, { method: "POST", body, headers }).catch(() => {});
    });
  }
}
Reflect.defineMetadata("design:paramtypes", [EventBus], HubEvents);
const plugin = VendurePlugin({ imports: [PluginCommonModule] })(HubEvents) || HubEvents;

const config = {
  ...defaultConfig,
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  apiOptions: { port: Number(process.env.PORT || 3000), hostname: "127.0.0.1", adminApiPath: "admin-api", shopApiPath: "shop-api" },
  authOptions: { tokenMethod: ["bearer"], superadminCredentials: { identifier: "superadmin", password: "superadmin" },
                 requireVerification: false, cookieOptions: { secret: "only-for-tests" } },
  dbConnectionOptions: { type: "sqljs", synchronize: true, logging: false },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: __dirname },
  plugins: [plugin],
};

populate(() => bootstrap(config), require("./vendure_data.json"), require("path").join(__dirname, "vendure_products.csv"))
  .then(() => console.log("ready"))
  .catch((error) => { console.error(error); process.exit(1); });
