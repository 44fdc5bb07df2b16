/* The sums of products of the reference, in double precision. */
#ifndef CK_PRODUCT_H
#define CK_PRODUCT_H

#include <stddef.h>

/* Columns of a panel of the right matrix. */
enum { CK_PRODUCT_COLUMNS = 8 };

/* result[i][j] = bias[j] + Σₖ left[i][k] · right[j][k]: each product and each sum is rounded, in the order of k. */
typedef struct {
    const double *left; /* row i at i · left_stride, `inner` elements */
    size_t rows, left_stride;
    const double *panels; /* right: [columns / CK_PRODUCT_COLUMNS, rounded up][inner][CK_PRODUCT_COLUMNS] */
    size_t columns, inner;
    const double *bias; /* [columns], or NULL: 0 */
    double *result;     /* element (i, j) at i · result_stride + j · column_stride */
    size_t result_stride, column_stride;
} ck_product_f64;

void ck_product_f64_perform(const ck_product_f64 *operation);

#endif
