package access

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/store"
)

// One-time codes as RFC 6238 and every authenticator app has them: six digits, thirty seconds, one step of tolerance on either side.
const (
	stepSeconds = 30
	tolerance   = 1
	secretBytes = 20
)

var hotpOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// recoveryFormat is how recovery codes look; recoveryCodes is how many an operator gets.
var recoveryFormat = community.CodeFormat{Alphabet: "0123456789ABCDEFGHJKMNPQRSTVWXYZ", Length: 10, Group: 5}

const recoveryCodes = 10

func sealTOTP(operatorID string) string { return "operator/" + operatorID + "/totp" }

// secondFactor accepts a one-time code not used before, or uses up a recovery code.
func (a *Access) secondFactor(tx *store.Tx, operatorID, typed string) error {
	o, err := tx.Operator(operatorID)
	if err != nil {
		return err
	}
	digits := strings.Join(strings.Fields(typed), "")
	if len(digits) == 6 {
		return a.oneTimeCode(tx, o, digits)
	}
	recovery := credential.Normalize(recoveryFormat, typed)
	if len(recovery) != recoveryFormat.Length {
		return ErrCredentials
	}
	tx.Record.Detail["fattore"] = "codice di recupero"
	return usedUp(tx.UseRecoveryCode(o.ID, a.Hasher.CodeMAC(credential.PurposeRecoveryCode, o.ID+recovery)))
}

// usedUp refuses a code that there is not, or that another request used in the same moment.
func usedUp(err error) error {
	if errors.Is(err, store.ErrStale) {
		return ErrCredentials
	}
	return err
}

func (a *Access) oneTimeCode(tx *store.Tx, o *office.Operator, digits string) error {
	secret, err := a.Sealer.Open(sealTOTP(o.ID), o.TOTP)
	if err != nil {
		return fmt.Errorf("open second factor: %w", err)
	}
	step, ok := matchingStep(string(secret), digits, tx.Now)
	if !ok || step <= o.TOTPStep {
		return ErrCredentials // wrong, or shown before
	}
	o.TOTPStep = step
	return usedUp(tx.SaveOperator(o))
}

func matchingStep(secret, digits string, now time.Time) (int64, bool) {
	current := now.Unix() / stepSeconds
	for step := current - tolerance; step <= current+tolerance; step++ {
		if ok, err := hotp.ValidateCustom(digits, uint64(step), secret, hotpOptions); err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

// An Enrolment is what an authenticator app needs: to be shown once, on the page that sets it up.
type Enrolment struct {
	Secret string // base32, for typing by hand
	URI    string // otpauth://, for the QR code
}

// Enrol gives the secret of a session that has to set up its second factor (G11). Asked again, it gives the same one.
func (a *Access) Enrol(ctx context.Context, token string) (Enrolment, error) {
	l, err := a.Operator(ctx, token)
	if err != nil {
		return Enrolment{}, err
	}
	if l.Stage != NeedsEnrolment {
		return Enrolment{}, ErrStage
	}
	secret, err := a.pendingSecret(ctx, l)
	if err != nil {
		return Enrolment{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: a.Issuer, AccountName: l.Operator.Username, Secret: secret, Rand: a.Rand})
	if err != nil {
		return Enrolment{}, fmt.Errorf("make one-time code key: %w", err)
	}
	return Enrolment{Secret: key.Secret(), URI: key.URL()}, nil
}

func (a *Access) pendingSecret(ctx context.Context, l Login) ([]byte, error) {
	seal := sealTOTP(l.Operator.ID)
	if kept, err := base64.StdEncoding.DecodeString(l.session.Data["totp"]); err == nil && len(kept) > 0 {
		return a.Sealer.Open(seal, kept)
	}
	secret := make([]byte, secretBytes)
	if _, err := io.ReadFull(a.Rand, secret); err != nil {
		return nil, fmt.Errorf("draw one-time code key: %w", err)
	}
	sealed, err := a.Sealer.Seal(seal, secret)
	if err != nil {
		return nil, err
	}
	l.session.Data = map[string]string{"totp": base64.StdEncoding.EncodeToString(sealed)}
	return secret, a.Store.KeepSession(ctx, l.session, string(NeedsEnrolment))
}

// ConfirmEnrolment sets the second factor up once a right code shows that the app has it, and gives the recovery codes, to be shown this
// once, and the new token. Errors: ErrCredentials, ErrStage, Wait.
func (a *Access) ConfirmEnrolment(ctx context.Context, from audit.Origin, token, code string) (recovery []string, newToken string, err error) {
	l, err := a.Operator(ctx, token)
	if err != nil {
		return nil, "", err
	}
	if l.Stage != NeedsEnrolment {
		return nil, "", ErrStage
	}
	limits := codeLimits(from, l.Operator.Username)
	if err := within(a.Store.Reserve(ctx, limits...)); err != nil {
		return nil, "", err
	}
	secret, err := a.pendingSecret(ctx, l)
	if err != nil {
		return nil, "", err
	}
	err = a.Store.Act(ctx, from.Begin(audit.OperatorEnrol, audit.ByOperator, l.Operator.ID), func(tx *store.Tx) error {
		encoded := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
		step, ok := matchingStep(encoded, strings.Join(strings.Fields(code), ""), tx.Now)
		if !ok {
			return ErrCredentials
		}
		if o, err := tx.Operator(l.Operator.ID); err != nil || o.Enrolled() {
			return errors.Join(err, ErrStage) // another session was faster
		}
		if err := tx.Release(limits...); err != nil {
			return err
		}
		if err := a.KeepSecondFactor(tx, l.Operator.ID, encoded, step); err != nil {
			return err
		}
		if recovery, err = a.drawRecovery(tx, l.Operator.ID); err != nil {
			return err
		}
		newToken, err = a.enter(tx, l)
		return err
	})
	return recovery, newToken, err
}

// KeepSecondFactor keeps an operator's base32 secret, sealed; step is the last one used.
func (a *Access) KeepSecondFactor(tx *store.Tx, operatorID, secret string, step int64) error {
	o, err := tx.Operator(operatorID)
	if err != nil {
		return err
	}
	if o.TOTP, err = a.Sealer.Seal(sealTOTP(o.ID), []byte(secret)); err != nil {
		return err
	}
	o.EnrolledAt, o.TOTPStep = tx.Now, step
	return tx.SaveOperator(o)
}

func (a *Access) drawRecovery(tx *store.Tx, operatorID string) ([]string, error) {
	shown, hashes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for i := range shown {
		code, err := credential.Draw(recoveryFormat, a.Rand)
		if err != nil {
			return nil, err
		}
		shown[i], hashes[i] = credential.Show(recoveryFormat, code), a.Hasher.CodeMAC(credential.PurposeRecoveryCode, operatorID+code)
	}
	return shown, tx.SetRecoveryCodes(operatorID, hashes)
}
