/**
 * Data table: which payload each message carries, for every message that a gate may let pass. A key is the id of a
 * message; for the families of extension lines, which differ in their ends only, it is the family and the name of the
 * message: `X1:audit-records` stands for that message on every line X1nn.
 */
import type { Message } from '../model.ts';
import type { SharedType } from './model.ts';
import * as access from './types/access.ts';
import * as answers from './types/answers.ts';
import * as assets from './types/assets.ts';
import * as customer from './types/customer.ts';
import * as demand from './types/demand-response.ts';
import * as events from './types/events.ts';
import * as firmware from './types/firmware.ts';
import * as gateway from './types/gateway.ts';
import * as management from './types/management.ts';
import * as metering from './types/metering.ts';
import * as network from './types/network.ts';
import * as records from './types/records.ts';
import * as switching from './types/switching.ts';
import * as trust from './types/trust.ts';

/** `[payload, keys]` */
type PayloadRow = readonly [payload: SharedType, keys: string];

// biome-ignore format: one payload a row is what makes this table readable
const rows: readonly PayloadRow[] = [
  // ---------------------------------------------------------------- readings and the requests for them
  [metering.meterReadings, `L1.head-end.meter-reading L6.head-end.meter-reading L9.field-tool.meter-reading
    L17.field-person.meter-reading L22.head-end.meter-read L11.meter-management.meter-reading`],
  [metering.readingBatch, 'L2.mdms.meter-reading L3.data-retriever.meter-reading L4.third-party-data-portal.meter-reading'],
  [metering.onDemandReadRequest, `L2.head-end.on-demand-meter-read-request L3.mdms.on-demand-meter-read-request
    L11.mdms.meter-reading-request L18.head-end.non-electric-meter-read-request
    L20.network-management.non-electric-meter-read-request L21.head-end.non-electric-meter-read-request`],
  [metering.meterReadRequest, `L1.meter.on-demand-meter-read-request L6.third-party-meter.on-demand-meter-read-request
    L22.non-electric-meter.meter-read-request`],
  [metering.readSchedule, 'L1.meter.read-schedule'],
  [metering.failedRead, 'L2.mdms.failed-on-demand-read L3.data-retriever.failed-on-demand-read'],
  [metering.dataRequest, 'L3.mdms.data-request L4.mdms.request-meter-read-data'],
  [metering.dataAnswer, 'L3.data-retriever.requested-data L4.third-party-data-portal.customer-energy-data'],
  [metering.customerEnergyDataRequest, 'L4.mdms.customer-energy-data-request'],
  [metering.billingDeterminantRequest, 'L13.mdms.request-billing-determinant'],
  [metering.billingDeterminants, 'L13.cis.billing-determinant'],
  [metering.storedDataRequest, 'L9.meter.request-all-meter-data'],
  [metering.storedMeterData, 'L9.field-tool.all-stored-meter-data L10.mdms.all-stored-meter-data'],
  [metering.meterDataAnomaly, 'L3.mdms.meter-data-anomaly'],
  [metering.problemMetersReport, 'L7.head-end-operator.meter-reading-report L11.meter-management.problem-meters-report'],
  [metering.missingDataNotice, 'L23.non-electric-utility.identification-of-non-electric-meters-where-no-data-is-received'],
  [metering.pickupReadRequest, 'L8.field-person.pickup-read-request'],
  [metering.energyConsumption, 'L16.han-display-device.energy-consumption-data'],
  [metering.powerQualityRequest, 'L1.meter.power-quality-data-request L32.head-end.power-quality-data-request'],
  [metering.realTimeDataRequest, 'L1.meter.real-time-data-request L32.head-end.real-time-data-request'],
  [metering.powerQualityData, `L1.head-end.power-quality-data-response L1.head-end.real-time-data-response
    L32.distribution-management-system.power-quality-data-response
    L32.distribution-management-system.real-time-data-response`],

  // ---------------------------------------------------------------- events
  [events.deviceEvents, 'L1.head-end.meter-event L22.head-end.non-electric-meter-event'],
  [events.eventBatch, `L2.mdms.meter-event L3.data-retriever.meter-event L21.network-management.meter-event
    L4.third-party-data-portal.non-electric-meter-event`],
  [events.removalEvent, 'L1.head-end.removal-event L18.meter-management.removal-event'],
  [events.reinstallationEvent, 'L1.head-end.re-installation-event L18.meter-management.re-installation-event'],
  [events.inversionEvent, 'L1.head-end.inversion-event L18.meter-management.inversion-event'],
  [events.customerLoadEvent, 'L1.head-end.customer-load-detected-event L18.meter-management.customer-load-detected-event'],
  [events.intrusionEvent, 'L1.head-end.physical-intrusion-event L18.meter-management.meter-intrusion-event'],
  [events.tamperOrPowerEvent, 'L1.head-end.meter-tampering-attempt-outage-or-restoration-event'],
  [events.locationEvent, 'L18.meter-management.meter-location-change-or-network-disconnection-event'],
  [events.powerQualityEvent, 'L1.head-end.power-quality-event L32.distribution-management-system.power-quality-event'],
  [events.generationEvent, `L1.head-end.unexpected-unauthorized-dg-notification
    L2.mdms.unexpected-unauthorized-dg-notification L13.cis.unexpected-unauthorized-dg-notification`],
  [events.restorationEvent, 'L1.head-end.restoration-event'],
  [events.selfTestFailure, 'L1.head-end.error-event-or-self-test-failure'],
  [events.lastGasp, 'L39.collector.meter-last-gasp-message'],
  [events.lastGaspRelay, 'L37.head-end.meter-last-gasp-message L40.outage-management-system.meter-last-gasp-message'],
  [events.collectorOnBattery, `L37.head-end.collector-running-on-battery-message
    L40.outage-management-system.collector-running-on-battery-message`],
  [events.collectorPowerRestored, 'L37.head-end.collector-power-restored L40.outage-management-system.collector-power-restored'],
  [events.outageNotice, `L2.mdms.power-outage-notification L37.head-end.power-outage-notification
    L38.outage-management-system.power-outage-notification`],
  [events.restorationNotice, `L2.mdms.power-restoration-notification L37.head-end.power-restoration-notification
    L38.outage-management-system.power-restoration-notification`],
  [events.plannedOutage, `L1.meter.planned-outage-information L2.head-end.planned-outage-information
    L16.han-display-device.planned-outage-information L38.mdms.planned-outage-information`],
  [events.unplannedOutage, 'L16.han-display-device.unplanned-outage-information'],
  [events.outageRecordRequest, `L57.outage-management-system.outage-record-request
    L59.telecom-control-center.outage-record-request`],
  [events.activityRecord, 'L21.network-management.activity-record L57.outage-management-system.activity-record'],
  [events.eventLog, 'L1.head-end.event-log L2.mdms.event-log'],
  [events.eventMonitoringRequest, `L2.head-end.request-non-electric-meter-event-monitoring
    L4.mdms.request-non-electric-meter-event-monitoring L22.non-electric-meter.request-meter-event-monitoring`],
  [events.selfRegistration, 'L1.head-end.self-registration'],
  [events.selfTestRequest, 'L1X.meter.self-test-request X701.collector.self-test-request'],
  [events.selfTestResult, 'L1X.head-end.self-test-result X701.network-management.self-test-result'],
  [events.meterTestResults, 'L9.field-tool.meter-test-results L46.meter-management.meter-test-results'],

  // ---------------------------------------------------------------- switching
  [switching.meterDisconnectCommand, 'L1.meter.scheduled-turn-off-command L1.meter.on-demand-turn-off-command'],
  [switching.meterConnectCommand, 'L1.meter.scheduled-turn-on-command'],
  [switching.meterLoadLimitCommand, 'L1.meter.load-limit-command'],
  [switching.disconnectCommand, 'L15.head-end.scheduled-turn-off-command L15.head-end.on-demand-turn-off-command'],
  [switching.connectCommand, 'L15.head-end.scheduled-turn-on-command'],
  [switching.loadLimitCommand, 'L15.head-end.load-limit-command'],
  [switching.fieldSwitchCommand, 'L9.meter.command-to-turn-on-off-electric-service'],
  [switching.toggleServiceCommand, 'L17.field-tool.chooses-to-toggle-electric-service'],
  [switching.cancelCommand, `L2X.head-end.cancel-load-shed-command L15X.head-end.cancel-connect-disconnect-command
    L15X.head-end.cancel-load-limit-command L24X.mdms.cancel-load-shed L25X.draacs.cancel-load-control-request`],
  [switching.meterCancelCommand, `L1X.meter.cancel-connect-disconnect-command L1X.meter.cancel-load-limit-command
    L1X.meter.cancel-load-shed-command L9X.meter.cancel-connect-disconnect-command`],
  [switching.massCancel, 'L15X.head-end.mass-cancel-of-pending-switching'],
  [switching.meterMassCancel, 'L1X.meter.mass-cancel-of-pending-switching'],
  [switching.switchExecuted, `L1.head-end.successful-turn-off-confirmation L1.head-end.successful-turn-on-confirmation
    L15.cis.successful-turn-off-confirmation L15.cis.successful-turn-on-confirmation`],
  [switching.switchAccepted, `L1X.head-end.switching-command-accepted L9X.field-tool.switching-command-accepted
    L15X.cis.switching-command-accepted`],
  [switching.switchFailed, 'L1X.head-end.switching-command-failed L15X.cis.switching-command-failed'],
  [switching.fieldSwitchOutcome, `L9.field-tool.confirmation-of-turn-on-off-electric-service
    L17.field-person.confirmation-of-turn-on-off-electric-service`],
  [switching.loadLimitOutcome, 'L1.head-end.load-limit-confirmation L15.cis.load-limit-confirmation'],
  [switching.cancelOutcome, `L1X.head-end.cancel-confirmation L9X.field-tool.cancel-confirmation
    L15X.cis.cancel-confirmation`],
  [switching.energizedStatusRequest, 'L1.meter.request-meter-energized-status L15.head-end.request-meter-energized-status'],
  [switching.energizedStatus, 'L1.head-end.meter-energized-status L15.cis.energized-meter-status'],
  [switching.turnOffNotice, `L1.meter.scheduled-turn-off-notification L15.head-end.scheduled-turn-off-notification
    L16.han-display-device.scheduled-turn-off-notification`],
  [switching.changeOfStateCommand, `L32.head-end.change-of-state-command
    L33.distribution-automation-node.change-of-state-command`],
  [switching.approval, 'X3:approval'],
  [switching.signingRequest, 'X501.switching-authority.signing-request'],
  [switching.signedDeviceRequest, 'X501.head-end.signed-device-request'],
  [switching.signedCancel, 'X501.head-end.signed-cancel'],
  [switching.signingRefusal, 'X501.head-end.signing-refusal'],
  [switching.executionOutcome, 'X501.switching-authority.execution-outcome X502.governor.execution-outcome'],
  [switching.permitRequest, 'X502.governor.permit-request'],
  [switching.permit, 'X502.head-end.permit X503.switching-authority.permit'],
  [switching.permitRefusal, 'X502.head-end.permit-refusal'],
  [switching.classSuspended, 'X502.head-end.class-suspended X503.switching-authority.class-suspended'],
  [switching.classResumed, 'X502.head-end.class-resumed X503.switching-authority.class-resumed'],
  [switching.signingReport, 'X503.governor.signing-report'],

  // ---------------------------------------------------------------- load control and load shed
  [demand.loadControlRequest, 'L25.draacs.request-load-control'],
  [demand.loadShedNotification, 'L24.mdms.load-shed-control-notification'],
  [demand.loadShedCommand, 'L2.head-end.load-shed-command'],
  [demand.meterLoadShedCommand, 'L1.meter.load-shed-command'],
  [demand.eventNotified, `L1.head-end.event-notification-confirmation L16.meter.event-notification-confirmation
    L26.meter.event-notification-confirmation`],
  [demand.eventStarted, `L1.head-end.event-start-confirmation L16.meter.event-start-confirmation
    L26.meter.event-start-confirmation`],
  [demand.eventEnded, `L1.head-end.event-end-confirmation L16.meter.event-end-confirmation
    L26.meter.event-end-confirmation`],
  [demand.loadShedNotified, 'L2.mdms.load-shed-control-confirmation L24X.draacs.load-shed-control-confirmation'],
  [demand.loadShedStarted, 'L2.mdms.load-shed-control-start-confirmation L24X.draacs.load-shed-control-start-confirmation'],
  [demand.loadShedEnded, 'L2.mdms.load-shed-control-end-confirmation L24X.draacs.load-shed-control-end-confirmation'],
  [demand.demandResponseFailure, 'L2.mdms.demand-response-confirmation-failure L24X.draacs.demand-response-confirmation-failure'],
  [demand.loadShedEventEnd, 'L24.draacs.load-shed-event-end'],
  [demand.loadShedReport, 'L25.grid-control.load-shed-report'],
  [demand.loadControlEvent, `L16.han-display-device.load-control-event-notification
    L26.load-control-device.load-control-event-notification`],
  [demand.eventStart, 'L16.han-display-device.event-start-message L26.load-control-device.event-start-message'],
  [demand.eventEnd, 'L16.han-display-device.event-end-message L26.load-control-device.event-end-message'],
  [demand.eventCancelled, 'L16X.han-display-device.event-cancelled-message L26X.load-control-device.event-cancelled-message'],
  [demand.optOut, `L16X.meter.opt-out-for-optional-events L26X.meter.opt-out-for-optional-events
    L1X.head-end.opt-out-for-optional-events L2X.mdms.opt-out-for-optional-events
    L24X.draacs.opt-out-for-optional-events`],
  [demand.customerHanCommand, `L1.meter.customer-han-equipment-command L2.head-end.customer-han-equipment-command
    L4.mdms.customer-han-equipment-command L26.load-control-device.customer-han-equipment-command`],
  [demand.customerHanResponse, `L1.head-end.customer-han-equipment-response L2.mdms.customer-han-equipment-response
    L4.third-party-data-portal.customer-han-equipment-response L26.meter.customer-han-equipment-response`],

  // ---------------------------------------------------------------- customer
  [customer.priceSignal, 'L1.meter.electric-price-data L15.head-end.electric-price-data L16.han-display-device.electric-price-data'],
  [customer.rateChange, `L15.head-end.rate-change-message L1X.meter.rate-change-message
    L16X.han-display-device.rate-change-message`],
  [customer.textMessage, `L1.meter.informational-message L15.head-end.informational-message
    L16.han-display-device.informational-message`],
  [customer.testMessage, 'L16.han-display-device.test-message'],
  [customer.prepaymentService, `L1.meter.prepayment-service-message L2.head-end.prepayment-service-message
    L15.head-end.prepayment-service-message`],
  [customer.prepaymentStatus, 'L1.meter.prepayment-status-message L16.han-display-device.prepayment-status'],
  [customer.prepaymentRequest, 'L13.mdms.prepayment-request'],
  [customer.prepaymentEvent, `L1.head-end.prepay-meter-event L2.mdms.prepay-meter-event L13.cis.prepay-meter-event
    L16.han-display-device.prepay-meter-event`],
  [customer.loadLimitNotice, 'L16.han-display-device.load-limit-notification-and-usage-data'],
  [customer.hanProvisioning, 'L1.meter.meter-provisioning-request L15.head-end.meter-provisioning-request'],
  [customer.hanResult, `L1.head-end.meter-provisioning-request-confirmation L1.head-end.han-communication-confirmation
    L15.cis.meter-provisioning-request-confirmation L15.cis.han-communication-confirmation
    L16.meter.han-communication-confirmation`],
  [customer.hanPing, `L18.head-end.request-han-device-ping L1X.meter.han-device-ping
    L16X.han-display-device.han-device-ping L26X.load-control-device.han-device-ping`],
  [customer.hanPingResponse, `L1X.head-end.han-device-ping-response L16X.meter.han-device-ping-response
    L26X.meter.han-device-ping-response L18X.meter-management.han-device-ping-response`],
  [customer.hanDeviceAsset, 'L55.meter-management.han-device-asset-id'],
  [customer.generationEnrollment, 'L13.mdms.dg-enrollment-information'],
  [customer.meterProgram, 'L1.meter.meter-programming L2.head-end.meter-programming'],
  [customer.programConfirmation, `L1.head-end.successful-meter-program-confirmation
    L2.mdms.successful-meter-program-confirmation L13.cis.successful-meter-program-confirmation`],
  [customer.meterChangeNotice, 'L41.cis.customer-notification-of-meter-change-information'],

  // ---------------------------------------------------------------- assets and work
  [assets.serviceOrder, `L12.head-end-operator.meter-service-order L35.meter-management.meter-service-order
    L36.field-person.meter-service-order L50.workforce-management-system.meter-service-order
    L52.enterprise-asset-management.meter-service-order L54.field-tool.meter-service-order`],
  [assets.serviceOrderRequest, `L11.meter-management.meter-service-order-request
    L18.meter-management.meter-service-order-request L55.meter-management.meter-service-order-request
    L56.meter-management.meter-testing-service-order-request L58.workforce-management-system.work-order-request`],
  [assets.orderResult, `L3.data-retriever.results-of-service-order L11.mdms.closed-meter-order-status
    L17.field-tool.close-out-work-order L52.meter-management.close-out-meter-service-order
    L54.workforce-management-system.work-order-results`],
  [assets.workOrderAlert, 'L17.field-person.work-order-alert'],
  [assets.meterOrder, 'L41.forecasting.quantity-and-types-of-meters-to-order L42.vendor.quantity-and-types-of-meters-to-order'],
  [assets.meterChangeInformation, 'L41.forecasting.meter-change-info'],
  [assets.addMeterAssets, 'L43.meter-management.add-meter-asset-request'],
  [assets.meterAssetResult, 'L43X.vendor.meter-asset-result'],
  [assets.expectedArrival, 'L44.warehouse.expected-meter-arrival'],
  [assets.meterReceipt, 'L46.meter-management.meter-receipt-confirmation'],
  [assets.readyForDeployment, 'L46.meter-management.meter-ready-for-deployment'],
  [assets.dispatch, 'L47.construction-maintenance-account.dispatch-of-meter-and-communications-equipment'],
  [assets.inventoryRequest, 'L49.meter-management.request-meter-inventory'],
  [assets.inventoryResponse, 'L49.forecasting.meter-inventory-response'],
  [assets.meterStatus, 'L18.meter-management.meter-status'],
  [assets.reconfiguration, 'L1.meter.reconfigure-meter-asset L18.head-end.reconfigure-meter-asset'],
  [assets.meterConfiguration, 'L9.meter.meter-configuration-data'],
  [assets.scheduleUpgrade, 'L12.meter-management.schedule-upgrade'],
  [assets.meterIdentification, 'L9.field-tool.meter-id L17.field-tool.meter-id-information'],
  [assets.meterIdMatch, 'L17.field-person.meter-id-match-confirmation'],
  [assets.registrationResult, 'L9.field-tool.success-of-ami-system-registration L17.field-person.success-of-ami-system-registration'],
  [assets.toolConnected, 'L17.field-tool.connects-tool-to-meter'],
  [assets.marginalCoverage, 'L17.field-tool.report-marginal-coverage-soft-registration'],

  // ---------------------------------------------------------------- firmware
  [firmware.firmwareTransfer, 'L18.head-end.updated-firmware X701.collector.updated-firmware'],
  [firmware.deviceFirmwareTransfer, 'L1.meter.updated-firmware'],
  [firmware.executeFirmware, 'L18.head-end.execute-firmware-command'],
  [firmware.meterExecuteFirmware, 'L1.meter.execute-firmware-command'],
  [firmware.firmwareDownloaded, `L18.meter-management.confirmation-of-firmware-update-download
    L1X.head-end.firmware-download-confirmation`],
  [firmware.firmwareActivated, 'L1X.head-end.firmware-activation-confirmation L18X.meter-management.firmware-activation-confirmation'],
  [firmware.firmwareWindow, 'X701.collector.firmware-window'],

  // ---------------------------------------------------------------- the network, and meters of other kinds
  [network.relayedRequest, 'L37X.collector.relayed-request L39X.meter.relayed-request'],
  [network.relayedAnswer, 'L37X.head-end.relayed-answer L39X.collector.relayed-answer'],
  [network.deviceConfiguration, 'X701.collector.device-configuration'],
  [network.accessList, 'X701.collector.access-list'],
  [network.statusRequest, 'X701.collector.status-request'],
  [network.deviceStatus, 'X701.network-management.device-status'],
  [network.intrusionEvent, 'X701.network-management.intrusion-event'],
  [network.clockSet, 'L1X.meter.clock-set'],
  [network.establishConnection, 'L22.non-electric-meter.establish-connection'],
  [network.connectionEstablished, 'L22.head-end.connection-established'],
  [network.fieldTestRequest, 'L9.meter.request-self-test-results-and-communication-test'],

  // ---------------------------------------------------------------- audit
  [records.auditRecordBatch, 'X1:audit-records'],
  [records.deviceAuditRecords, 'L1X.head-end.audit-records L6X.head-end.audit-records L22X.head-end.audit-records'],
  [records.forwardedDeviceRecords, 'X1:forwarded-device-records'],
  [records.syslogBatch, 'X1:syslog-records'],
  [records.securityAlert, 'X1:security-alert'],
  [records.logHeartbeat, 'X1:log-heartbeat'],
  [records.auditReceipt, 'X1:audit-records-receipt'],
  [records.auditEventSelection, 'X1:audit-event-selection'],
  [records.auditStorageWarning, 'X1:audit-storage-warning'],
  [records.signedCheckpoint, 'X1:signed-checkpoint'],
  [records.cosignedCheckpoint, 'X1:cosigned-checkpoint'],

  // ---------------------------------------------------------------- certificates and keys
  [trust.certificateRequest, 'X2:certificate-request'],
  [trust.certificateRenewalRequest, 'X2:certificate-renewal-request'],
  [trust.deviceCertificateRequest, 'X2:device-certificate-request'],
  [trust.certificateDelivery, 'X2:certificate X2:device-certificate'],
  [trust.enrolmentRefusal, 'X2:enrolment-refusal'],
  [trust.revocationList, 'X2:revocation-list'],
  [trust.trustAnchorUpdate, 'X2:trust-anchor-update'],
  [trust.keyDelivery, 'X2:key-provisioning'],
  [trust.deviceKeyRequest, 'X2:device-key-request'],
  [trust.wrappedDeviceKey, 'X2:wrapped-device-key'],
  [trust.keyDestructionOrder, 'X2:key-destruction-order'],
  [trust.keyConfirmation, 'X2:key-confirmation'],
  [trust.deviceKeyConfirmation, 'X2:device-key-confirmation L1X.head-end.key-and-certificate-confirmation'],
  [trust.meterCertificateRequest, 'L1X.head-end.certificate-request'],
  [trust.meterProvisioning, 'L1X.meter.key-and-certificate-provisioning'],
  [trust.fieldCredential, 'L9.meter.credentials-for-field-persons-communication'],

  // ---------------------------------------------------------------- identity and the console
  [access.identityDecisionRequest, 'X3:identity-decision-request'],
  [access.identityDecision, 'X3:identity-decision'],
  [access.sessionActivity, 'X3:session-activity'],
  [access.sessionEnded, 'X3:session-ended'],
  [access.rolePolicyUpdate, 'X3:role-and-policy-update'],
  [access.shortLivedCredentialRequest, 'X3:short-lived-credential-request'],
  [access.shortLivedCredential, 'X3:short-lived-credential'],
  [access.signIn, 'X3:sign-in'],
  [access.approvalRequest, 'X3:approval-request'],
  [access.pendingApproval, 'X3:pending-approval'],
  [management.managementQuery, 'X4:management-query'],
  [management.managementAnswer, 'X4:management-answer'],
  [management.managementCommand, 'X4:management-command'],
  [management.managementOutcome, 'X4:management-outcome'],
  [management.configurationProposal, 'X4:configuration-proposal'],
  [management.alarm, 'X4:alarm'],
  [management.cancelOrder, 'X4:cancel-order'],
  [management.suspendOrder, 'X4:suspend-order'],
  [management.resumeOrder, 'X4:resume-order'],
  [management.signedApproval, 'X4:signed-approval'],

  // ---------------------------------------------------------------- documents of other systems
  [gateway.document, 'X6:inbound-document X6:outbound-document'],
  [gateway.documentReceipt, 'X6:inbound-receipt X6:outbound-receipt'],

  // ---------------------------------------------------------------- acknowledgements
  [answers.acknowledgement, `L3.mdms.meter-event-ack L7X.head-end.meter-reading-report-acknowledgement
    L8X.mdms.pickup-read-acknowledgement L20X.third-party-data-portal.non-electric-meter-read-acknowledgement
    L23X.mdms.missing-data-notice-acknowledgement
    L35X.outage-management-system.meter-service-order-acknowledgement
    L36X.meter-management.meter-service-order-acknowledgement L37X.collector.power-event-acknowledgement
    L39X.meter.last-gasp-acknowledgement L40X.head-end.outage-notice-acknowledgement
    L42X.forecasting.meter-order-acknowledgement L44X.meter-management.expected-arrival-acknowledgement
    L46X.technicians.meter-record-acknowledgement L47X.meter-management.dispatch-acknowledgement
    L50X.forecasting.meter-service-order-acknowledgement L55X.cis.meter-service-order-acknowledgement
    L56X.distribution-maintenance-planning.testing-service-order-acknowledgement
    L57X.network-management.outage-record-acknowledgement L58X.network-management.work-order-acknowledgement
    L59X.network-management.outage-record-acknowledgement
    L1.meter.removal-event-confirmation L1.meter.re-installation-event-confirmation`],
  [answers.deviceAcknowledgement, `L1.head-end.read-schedule-ack L9.field-tool.acceptance-of-credentials
    L1X.head-end.reconfiguration-confirmation L18X.meter-management.reconfiguration-confirmation
    L9X.field-tool.configuration-confirmation L32X.distribution-management-system.change-of-state-confirmation
    L33X.head-end.change-of-state-confirmation X701.network-management.configuration-confirmation`],
  [answers.displayAcknowledgement, `L1.head-end.informational-message-receipt-confirmation
    L15.cis.informational-message-receipt-confirmation L16.meter.prepayment-status-receipt`],
  [answers.dataReceipt, 'L10X.field-tool.stored-meter-data-receipt'],
];

const entries = rows.flatMap(([payload, keys]) => keys.split(/\s+/u).map((key) => [key, payload] as const));

/** The payload by key. */
export const payloadByKey: ReadonlyMap<string, SharedType> = new Map(entries);

/** Keys that stand twice: a table that says two things about one message says nothing. */
export const repeatedKeys: readonly string[] = entries
  .map(([key]) => key)
  .filter((key, index, keys) => keys.indexOf(key) !== index);

/** The name of a message without line and destination: `meter-last-gasp-message`. */
export function slugOf(message: Message): string {
  return message.id.slice(message.id.lastIndexOf('.') + 1);
}

/** Under which key the payload of a message stands. */
export function payloadKey(message: Message): string {
  const family = /^(X[1-46])\d\d$/u.exec(message.line);
  return family === null ? message.id : `${family[1]}:${slugOf(message)}`;
}

/** The payload of a message, or undefined where the table has none: a message between two actors, or a gap. */
export function payloadOf(message: Message): SharedType | undefined {
  return payloadByKey.get(payloadKey(message));
}
