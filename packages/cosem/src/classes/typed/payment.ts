/** Structures and states of payment metering: Account, Credit, Charge, Token gateway. IEC 62056-6-2. */
import {
  bits,
  type Codec,
  charString,
  enumeration,
  flags,
  integer,
  listOf,
  logicalName,
  long,
  octets,
  openEnumeration,
  record,
  unsigned,
} from './codec.ts';
import { type AttributeReference, attributeReference } from './references.ts';

/** account_mode_and_status. */
export interface AccountModeAndStatus {
  readonly mode: 'credit_mode' | 'prepayment_mode';
  readonly status: 'new' | 'active' | 'closed';
}

export const accountModeAndStatus: Codec<AccountModeAndStatus> = record<AccountModeAndStatus>(
  'account_mode_and_status',
  {
    mode: ['payment_mode', enumeration({ 1: 'credit_mode', 2: 'prepayment_mode' })],
    status: ['account_status', enumeration({ 1: 'new', 2: 'active', 3: 'closed' })],
  },
);

/** current_credit_status of Account. */
export const currentCreditStatus = flags(
  'in_credit',
  'low_credit',
  'next_credit_enabled',
  'next_credit_selectable',
  'next_credit_selected',
  'selectable_credit_in_use',
  'out_of_credit',
);

const collection = flags(
  'collect_when_supply_disconnected',
  'collect_in_load_limiting_periods',
  'collect_in_friendly_credit_periods',
);

/** credit_charge_configuration_element: which charge is taken from which credit, and when. */
export interface CreditChargeConfiguration {
  readonly credit: string;
  readonly charge: string;
  readonly collection: readonly (
    | 'collect_when_supply_disconnected'
    | 'collect_in_load_limiting_periods'
    | 'collect_in_friendly_credit_periods'
  )[];
}

export const creditChargeConfiguration: Codec<CreditChargeConfiguration> = record<CreditChargeConfiguration>(
  'credit_charge_configuration_element',
  {
    credit: ['credit_reference', logicalName],
    charge: ['charge_reference', logicalName],
    collection: ['collection_configuration', collection],
  },
);

/** token_gateway_configuration_element: which part of a token goes to which credit. */
export interface TokenGatewayConfiguration {
  readonly credit: string;
  readonly proportionPercent: number;
}

export const tokenGatewayConfiguration: Codec<TokenGatewayConfiguration> = record<TokenGatewayConfiguration>(
  'token_gateway_configuration_element',
  {
    credit: ['credit_reference', logicalName],
    proportionPercent: ['token_proportion', unsigned],
  },
);

/** currency of Account. */
export interface Currency {
  readonly name: string;
  readonly scale: number;
  readonly unit: 'time' | 'consumption' | 'monetary';
}

export const currency: Codec<Currency> = record<Currency>('currency', {
  name: ['currency_name', charString],
  scale: ['currency_scale', integer],
  unit: ['currency_unit', enumeration({ 0: 'time', 1: 'consumption', 2: 'monetary' })],
});

/** credit_type of Credit. */
export const creditType = enumeration({
  0: 'token_credit',
  1: 'reserved_credit',
  2: 'emergency_credit',
  3: 'time_based_credit',
  4: 'consumption_based_credit',
});

/** credit_configuration of Credit. */
export const creditConfiguration = flags(
  'requires_visual_indication',
  'requires_confirmation_before_selection',
  'requires_repayment',
  'resettable',
  'receives_token_credit',
);

/** credit_status of Credit. */
export const creditStatus = enumeration({
  0: 'enabled',
  1: 'selectable',
  2: 'selected_or_invoked',
  3: 'in_use',
  4: 'exhausted',
});

/** charge_type of Charge. */
export const chargeType = enumeration({
  0: 'consumption_based_collection',
  1: 'time_based_collection',
  2: 'payment_event_based_collection',
});

/** charge_configuration of Charge. */
export const chargeConfiguration = flags('percentage_based_collection', 'continuous_collection');

/** charge_table_element: a price and what selects it. */
export interface ChargeTableEntry {
  readonly index: Uint8Array;
  readonly chargePerUnit: number;
}

const chargeTableEntry = record<ChargeTableEntry>('charge_table_element', {
  index: ['index', octets()],
  chargePerUnit: ['charge_per_unit', long],
});

/** unit_charge of Charge. */
export interface UnitCharge {
  readonly scaling: { readonly commodityScale: number; readonly priceScale: number };
  readonly commodity: AttributeReference;
  readonly table: readonly ChargeTableEntry[];
}

export const unitCharge: Codec<UnitCharge> = record<UnitCharge>('unit_charge', {
  scaling: [
    'charge_per_unit_scaling',
    record<UnitCharge['scaling']>('charge_per_unit_scaling', {
      commodityScale: ['commodity_scale', integer],
      priceScale: ['price_scale', integer],
    }),
  ],
  commodity: ['commodity_reference', attributeReference],
  table: ['charge_table', listOf(chargeTableEntry)],
});

/** token_delivery_method of Token gateway. */
export const tokenDeliveryMethod = enumeration({ 0: 'remote', 1: 'local', 2: 'manual' });

/** status_code of token_status. */
export const tokenStatusCode = openEnumeration({
  0: 'format_ok',
  1: 'authentication_ok',
  2: 'validation_ok',
  3: 'execution_ok',
  4: 'format_failure',
  5: 'authentication_failure',
  6: 'validation_failure',
  7: 'execution_failure',
  8: 'received_not_processed',
});

/** token_status of Token gateway. */
export interface TokenStatus {
  readonly status:
    | 'format_ok'
    | 'authentication_ok'
    | 'validation_ok'
    | 'execution_ok'
    | 'format_failure'
    | 'authentication_failure'
    | 'validation_failure'
    | 'execution_failure'
    | 'received_not_processed'
    | number;
  /** More about the failure, as the manufacturer defines it; text of 0 and 1. */
  readonly dataValue: string;
}

export const tokenStatus: Codec<TokenStatus> = record<TokenStatus>('token_status', {
  status: ['status_code', tokenStatusCode],
  dataValue: ['data_value', bits],
});
