/** An image that is nobody's here. */
export const ELSEWHERE = "docker.io/library/nginx:1.29";
