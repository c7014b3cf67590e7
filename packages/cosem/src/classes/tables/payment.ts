/**
 * Data table: interface classes for payment metering. IEC 62056-6-2, payment metering related interface classes.
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';
import {
  accountModeAndStatus,
  chargeConfiguration,
  chargeType,
  creditChargeConfiguration,
  creditConfiguration,
  creditStatus,
  creditType,
  currency,
  currentCreditStatus,
  tokenDeliveryMethod,
  tokenGatewayConfiguration,
  tokenStatus,
  unitCharge,
} from '../typed/payment.ts';

const references = t.arrayOf(t.logicalNameType);

export const account = defineClass({
  classId: 111,
  version: 0,
  title: 'Account',
  attributes: [
    attribute(
      2,
      'account_mode_and_status',
      accountModeAndStatus.type,
      'static',
      'Credit or prepayment, and its state',
    ),
    attribute(3, 'current_credit_in_use', t.unsigned, 'dynamic', 'Which credit is in use'),
    attribute(4, 'current_credit_status', currentCreditStatus.type, 'dynamic', 'State of the credits'),
    attribute(5, 'available_credit', t.doubleLong, 'dynamic', 'Credit that is left', { default: 0 }),
    attribute(6, 'amount_to_clear', t.doubleLong, 'dynamic', 'What must be paid before credit is available', {
      default: 0,
    }),
    attribute(7, 'clearance_threshold', t.doubleLong, 'static', 'Level that clearing goes to'),
    attribute(8, 'aggregated_debt', t.doubleLong, 'dynamic', 'Debt of all charges', { default: 0 }),
    attribute(9, 'credit_reference_list', references, 'static', 'Logical names of the credits'),
    attribute(10, 'charge_reference_list', references, 'static', 'Logical names of the charges'),
    attribute(
      11,
      'credit_charge_configuration',
      t.arrayOf(creditChargeConfiguration.type),
      'static',
      'Which charge is taken from which credit',
    ),
    attribute(
      12,
      'token_gateway_configuration',
      t.arrayOf(tokenGatewayConfiguration.type),
      'static',
      'How tokens are shared out',
    ),
    attribute(
      13,
      'account_activation_time',
      t.dateTimeType,
      'static',
      'When the account was or will be activated',
    ),
    attribute(14, 'account_closure_time', t.dateTimeType, 'static', 'When the account was or will be closed'),
    attribute(15, 'currency', currency.type, 'static', 'Name, scale and kind of the unit'),
    attribute(16, 'low_credit_threshold', t.doubleLong, 'dynamic', 'Level of low credit', { default: 0 }),
    attribute(
      17,
      'next_credit_available_threshold',
      t.doubleLong,
      'dynamic',
      'Level at which the next credit is available',
      { default: 0 },
    ),
    attribute(18, 'max_provision', t.longUnsigned, 'static', 'Most that charges on payment may take', {
      default: 0,
    }),
    attribute(19, 'max_provision_period', t.doubleLong, 'static', 'Seconds that max_provision is for'),
  ],
  methods: [
    method(1, 'activate_account', 'optional', t.integerZero, 'Activates the account'),
    method(2, 'close_account', 'optional', t.integerZero, 'Closes the account'),
    method(3, 'reset_account', 'optional', t.integerZero, 'Resets the account'),
  ],
});

export const credit = defineClass({
  classId: 112,
  version: 0,
  title: 'Credit',
  attributes: [
    attribute(2, 'current_credit_amount', t.doubleLong, 'dynamic', 'Amount of the credit', { default: 0 }),
    attribute(3, 'credit_type', creditType.type, 'static', 'Kind of credit'),
    attribute(4, 'priority', t.unsigned, 'static', 'Order of use; 1 is first'),
    attribute(5, 'warning_threshold', t.doubleLong, 'static', 'Level of the warning'),
    attribute(6, 'limit', t.doubleLong, 'static', 'Lowest amount'),
    attribute(7, 'credit_configuration', creditConfiguration.type, 'static', 'Behaviour of the credit'),
    attribute(8, 'credit_status', creditStatus.type, 'dynamic', 'State of the credit'),
    attribute(9, 'preset_credit_amount', t.doubleLong, 'static', 'Amount that invoking adds'),
    attribute(
      10,
      'credit_available_threshold',
      t.doubleLong,
      'static',
      'Level at which the credit can be selected',
    ),
    attribute(11, 'period', t.dateTimeType, 'static', 'When the preset amount is added again'),
  ],
  methods: [
    method(1, 'update_amount', 'optional', t.doubleLong, 'Adds to the amount'),
    method(
      2,
      'set_amount_to_value',
      'optional',
      t.doubleLong,
      'Sets the amount and hands back the old one',
      t.doubleLong,
    ),
    method(3, 'invoke_credit', 'optional', t.integerZero, 'Invokes the credit'),
  ],
});

export const charge = defineClass({
  classId: 113,
  version: 0,
  title: 'Charge',
  attributes: [
    attribute(2, 'total_amount_paid', t.doubleLong, 'dynamic', 'Amount collected so far', { default: 0 }),
    attribute(3, 'charge_type', chargeType.type, 'static', 'What the charge is collected by'),
    attribute(4, 'priority', t.unsigned, 'static', 'Order of collection; 1 is first'),
    attribute(5, 'unit_charge_active', unitCharge.type, 'static', 'Prices in force'),
    attribute(6, 'unit_charge_passive', unitCharge.type, 'static', 'Prices that wait'),
    attribute(
      7,
      'unit_charge_activation_time',
      t.dateTimeType,
      'static',
      'When the passive prices come into force',
    ),
    attribute(8, 'period', t.doubleLongUnsigned, 'static', 'Seconds between collections'),
    attribute(9, 'charge_configuration', chargeConfiguration.type, 'static', 'Behaviour of the charge'),
    attribute(10, 'last_collection_time', t.dateTimeType, 'dynamic', 'When it was collected last'),
    attribute(11, 'last_collection_amount', t.doubleLong, 'dynamic', 'What was collected last'),
    attribute(12, 'total_amount_remaining', t.doubleLong, 'dynamic', 'What remains to be collected'),
    attribute(
      13,
      'proportion',
      t.longUnsigned,
      'static',
      'Part of a payment that is taken, in hundredths of a percent',
      { min: 0, max: 10000 },
    ),
  ],
  methods: [
    method(1, 'update_unit_charge', 'optional', t.any, 'Changes passive prices'),
    method(
      2,
      'activate_passive_unit_charge',
      'optional',
      t.integerZero,
      'Puts the passive prices into force',
    ),
    method(3, 'collect', 'optional', t.integerZero, 'Collects now'),
    method(4, 'update_total_amount_remaining', 'optional', t.doubleLong, 'Adds to what remains'),
    method(
      5,
      'set_total_amount_remaining',
      'optional',
      t.doubleLong,
      'Sets what remains and hands back the old amount',
      t.doubleLong,
    ),
  ],
});

export const tokenGateway = defineClass({
  classId: 115,
  version: 0,
  title: 'Token gateway',
  attributes: [
    attribute(2, 'token', t.octetString(), 'dynamic', 'The token that came last'),
    attribute(3, 'token_time', t.dateTimeType, 'dynamic', 'When it came'),
    attribute(4, 'token_description', t.arrayOf(t.octetString()), 'dynamic', 'Values that describe it'),
    attribute(5, 'token_delivery_method', tokenDeliveryMethod.type, 'dynamic', 'How it came'),
    attribute(6, 'token_status', tokenStatus.type, 'dynamic', 'What became of it'),
  ],
  methods: [method(1, 'enter', 'mandatory', t.octetString(), 'Enters a token', tokenStatus.type)],
});
